import { INTERCEPTORS_METADATA } from '@nestjs/common/constants.js';
import { Person, type PersonRequirement } from '#libs/http';
import { may } from '../../domain/permissions.js';

const onPlatform: PersonRequirement = may.runPlatform;

/**
 * Turns a subclass of an organization's controller into the platform's: the same routes, for super admins alone. Without an
 * organization in the path the origin's scope is the platform. Each method is copied with all that decorators say of it, since
 * who may call stands on the method itself.
 */
export function OnPlatform(): ClassDecorator {
  return (controller) => {
    const own = controller.prototype as object;
    // `Management` adds to what it finds, the inherited ones included: each would run twice.
    Reflect.defineMetadata(INTERCEPTORS_METADATA, [], controller);
    const inherited = Object.getPrototypeOf(own) as object;
    for (const name of Object.getOwnPropertyNames(inherited)) {
      const method: unknown = Reflect.get(inherited, name);
      if (name !== 'constructor' && typeof method === 'function') redefine(own, name, method as Method);
    }
  };
}

type Method = (this: unknown, ...args: unknown[]) => unknown;

function redefine(prototype: object, name: string, inherited: Method): void {
  const method: Method = function (...args) {
    return inherited.apply(this, args);
  };
  for (const key of Reflect.getMetadataKeys(inherited)) {
    Reflect.defineMetadata(key, Reflect.getMetadata(key, inherited), method);
  }
  const descriptor = { value: method, writable: true, configurable: true, enumerable: false };
  Object.defineProperty(prototype, name, descriptor);
  Person(onPlatform)(prototype, name, descriptor);
}
