export { KeyCheck, type KeyCheckOptions } from './key-check.js';
export { KeyDirectory, RpcKeyDirectory } from './key-directory.js';
