import { INTERCEPTORS_METADATA } from '@nestjs/common/constants.js';
import { apiControllers } from '../controllers.js';
import { FlagsController } from '../flags/flags.controller.js';
import { PlatformFlagsController } from '../platform.controllers.js';

describe('a controller of the platform', () => {
  it('has every route of the organization’s controller, which stays as it is', () => {
    const namesOf = ({ prototype }: { prototype: object }) => Object.getOwnPropertyNames(prototype).toSorted();

    expect(namesOf(PlatformFlagsController)).toEqual(namesOf(FlagsController));
    expect(PlatformFlagsController.prototype.update).not.toBe(FlagsController.prototype.update);
  });

  it('runs each interceptor once', () => {
    const interceptors = apiControllers.map((one) => Reflect.getMetadata(INTERCEPTORS_METADATA, one) as unknown[]);

    for (const those of interceptors) expect(those).toEqual(interceptors[0]);
  });
});
