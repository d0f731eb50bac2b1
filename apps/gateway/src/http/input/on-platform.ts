import { INTERCEPTORS_METADATA } from '@nestjs/common/constants.js';
import { Person, type PersonRequirement } from '#libs/http';
import { may } from '../../domain/permissions.js';

const onPlatform: PersonRequirement = may.runPlatform;

/**
 * Turns a subclass of an organization's controller into the platform's: the same routes, for super admins only. Without an
 * organization in the path the origin's scope is the platform. Each method is copied with its metadata, since access is metadata of
 * the method.
 */
export function OnPlatform(): ClassDecorator {
  return (controller) => {
    const own = controller.prototype as object;
    // `Management` adds its interceptors to the inherited ones: without this each would run twice.
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
