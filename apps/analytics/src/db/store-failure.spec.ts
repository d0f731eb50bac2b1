import { AppError } from '#libs/kernel';
import { UnfitData } from '../application/packs/ports.js';
import { asStoreFailure } from './store-failure.js';

const failed = (code?: string, constraint?: string) => Object.assign(new Error('it says'), { code, constraint });

describe('a failure to store', () => {
  it.each(['22P02', '22P05', '22021', '22008', '22007', '23502', '23503', '54000'])(
    '%s is caused by the data',
    (code) => expect(asStoreFailure(failed(code))).toBeInstanceOf(UnfitData),
  );

  it.each([
    '08006',
    '53300',
    '57014',
    '57P01',
    '58030',
    '25006',
    '40001',
    '40P01',
    '42P01',
    '42501',
    'XX000',
    'ECONNRESET',
    undefined,
  ])('%s is not caused by the data', (code) =>
    expect(asStoreFailure(failed(code))).toMatchObject({ code: 'store_unavailable', retryable: true }),
  );

  it('is caused by the data when a named check is violated, and not when a partition was added meanwhile', () => {
    expect(asStoreFailure(failed('23514', 'event_timestamp_finite'))).toBeInstanceOf(UnfitData);
    expect(asStoreFailure(failed('23514'))).toMatchObject({ code: 'store_unavailable' });
  });

  it('contains no value', () => {
    const error = Object.assign(new Error('invalid input syntax for type uuid: "secret"'), { code: '22P02' });
    expect(asStoreFailure(error).message).toBe('invalid input syntax for type uuid (SQLSTATE 22P02)');
  });

  it('stays as it is when it is an AppError already', () => {
    const error = new AppError('store_unavailable', 'away');
    expect(asStoreFailure(error)).toBe(error);
  });
});
