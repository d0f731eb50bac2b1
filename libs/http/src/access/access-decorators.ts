import { PATH_METADATA } from '@nestjs/common/constants.js';
import { FASTIFY_ROUTE_CONFIG_METADATA } from '@nestjs/platform-fastify/constants.js';
import type { KeyType } from '#libs/contracts';
import type { Access, PersonRequirement, RouteConfig } from './access.js';

type RouteDecorator = ClassDecorator & MethodDecorator;

/** Anybody may call. On a method, or on a controller for every method that says nothing. */
export const Public = (): RouteDecorator => access({ kind: 'public' });
/** A signed-in person may call who fulfils the requirement. */
export const Person = (requirement: PersonRequirement = {}): RouteDecorator =>
  access({ kind: 'person', ...requirement });
/** An API key of one of these types may call. */
export const ApiKey = (...types: KeyType[]): RouteDecorator => access({ kind: 'keys', types });
/** The POST, PUT or PATCH needs no body. */
export const EmptyBody = (): MethodDecorator => RouteSettings({ emptyBody: true });

/** Sets parts of Fastify's route config on a controller's method; what other decorators set stays. */
export function RouteSettings(settings: RouteConfig): MethodDecorator {
  return (_target, _name, descriptor) => mergeConfig(descriptor.value as object, settings);
}

/** Adds to the route config of a method; earlier settings of the same name lose. */
export function mergeConfig(method: object, settings: RouteConfig): void {
  Reflect.defineMetadata(FASTIFY_ROUTE_CONFIG_METADATA, { ...configOf(method), ...settings }, method);
}

function configOf(method: object): RouteConfig {
  return (Reflect.getMetadata(FASTIFY_ROUTE_CONFIG_METADATA, method) as RouteConfig | undefined) ?? {};
}

function access(value: Access): RouteDecorator {
  return (target: object, _name?: string | symbol, descriptor?: PropertyDescriptor) => {
    if (descriptor !== undefined) return mergeConfig(descriptor.value as object, { access: value });
    for (const method of routesOf(target)) {
      if (configOf(method).access === undefined) mergeConfig(method, { access: value });
    }
  };
}

/** Methods of a controller that answer a route. Method decorators run before the class's, so theirs are known here. */
function routesOf(controller: object): readonly object[] {
  const prototype = (controller as { prototype: object }).prototype;
  return Object.values(Object.getOwnPropertyDescriptors(prototype))
    .map(({ value }) => value as unknown)
    .filter((value): value is object => typeof value === 'function' && Reflect.hasMetadata(PATH_METADATA, value));
}
