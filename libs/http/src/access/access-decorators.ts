import { PATH_METADATA } from '@nestjs/common/constants.js';
import { FASTIFY_ROUTE_CONFIG_METADATA } from '@nestjs/platform-fastify/constants.js';
import type { KeyType } from '#libs/contracts';
import type { Access, PersonRequirement, RouteConfig } from './access.js';

type RouteDecorator = ClassDecorator & MethodDecorator;

/** Accepts every caller. On a controller it applies to each method that declares no access of its own. */
export const Public = (): RouteDecorator => access({ kind: 'public' });
/** Accepts signed-in people that meet the requirement. */
export const Person = (requirement: PersonRequirement = {}): RouteDecorator =>
  access({ kind: 'person', ...requirement });
/** Accepts API keys of these types. */
export const ApiKey = (...types: KeyType[]): RouteDecorator => access({ kind: 'keys', types });
/** Accepts a POST, PUT or PATCH without a body; the handler then gets `{}`. */
export const EmptyBody = (): MethodDecorator => RouteSettings({ emptyBody: true });

/** Adds settings to the Fastify route config of a controller's method; settings of other decorators stay. */
export function RouteSettings(settings: RouteConfig): MethodDecorator {
  return (_target, _name, descriptor) => mergeConfig(descriptor.value as object, settings);
}

/** Adds settings to the route config of a method; they replace earlier ones of the same name. */
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

/**
 * Returns the methods of a controller that are routes. Method decorators run before class decorators, so their settings exist
 * here.
 */
function routesOf(controller: object): readonly object[] {
  const prototype = (controller as { prototype: object }).prototype;
  return Object.values(Object.getOwnPropertyDescriptors(prototype))
    .map(({ value }) => value as unknown)
    .filter((value): value is object => typeof value === 'function' && Reflect.hasMetadata(PATH_METADATA, value));
}
