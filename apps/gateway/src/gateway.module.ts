import { Inject, Module } from '@nestjs/common';
import { KeyCheck, KeysModule } from '#libs/api-keys';
import { GEO_SETTINGS, type GeoSettings } from '#libs/edge';
import { HostedService, provide, RUNTIME, type Runtime, type Token } from '#libs/service';
import { EventQuestions } from './application/events/event-questions.js';
import { LiveEvents } from './application/events/live-events.js';
import { GetPropagation } from './application/propagation/get-propagation.js';
import { composeGateway, type Gateway } from './composition.js';
import { GATEWAY_SETTINGS, type GatewaySettings } from './config.js';
import { InvitedCaller } from './http/access/invited-caller.js';
import { CsrfCheck } from './http/accounts/csrf.js';
import { Links } from './http/accounts/links.js';
import { RefreshCookie } from './http/accounts/refresh-cookie.js';
import { apiControllers } from './http/controllers.js';
import { HomeController } from './http/pages/home.controller.js';
import { forgetChangedPeople } from './messaging/on-membership-changed.js';
import { followEndedSessions } from './messaging/on-session-ended.js';
import { OpenApiSource } from './openapi/open-api-source.js';

const GATEWAY: Token<Gateway> = 'Gateway';
const HEARTBEAT_MS = 15_000;

/** Makes a part of the composed gateway injectable into controllers, by its class. */
const part = <T>(type: abstract new (...args: never[]) => T, of: (gateway: Gateway) => T) =>
  provide(type, [GATEWAY], of);

@Module({
  imports: [KeysModule],
  controllers: [...apiControllers, HomeController],
  providers: [
    provide(
      GATEWAY,
      [RUNTIME, KeyCheck, GATEWAY_SETTINGS, GEO_SETTINGS],
      (runtime: Runtime, keys: KeyCheck, settings: GatewaySettings, geo: GeoSettings) =>
        composeGateway({ ...runtime, keys, settings, geo, forgetEvaluatorsMs: runtime.settings.evaluators.forgetMs }),
    ),
    part(EventQuestions, ({ eventQuestions }) => eventQuestions),
    part(LiveEvents, ({ liveEvents }) => liveEvents),
    part(GetPropagation, ({ getPropagation }) => getPropagation),
    part(RefreshCookie, ({ refreshCookie }) => refreshCookie),
    part(CsrfCheck, ({ csrf }) => csrf),
    part(InvitedCaller, ({ invitedCaller }) => invitedCaller),
    part(Links, ({ links }) => links),
    part(OpenApiSource, ({ openApi }) => openApi),
  ],
})
export class GatewayModule extends HostedService {
  constructor(@Inject(RUNTIME) runtime: Runtime, @Inject(GATEWAY) gateway: Gateway) {
    const { accessControl, sdkProxy, liveEvents, memberships, users, sessions } = gateway;
    super(runtime, {
      routes: [accessControl, sdkProxy],
      jobs: [
        sessions.poll.job(),
        {
          name: 'the heartbeat of live events',
          everyMs: HEARTBEAT_MS,
          firstAfterMs: HEARTBEAT_MS,
          run: () => liveEvents.beat(),
        },
      ],
      lifecycles: [
        {
          start: () =>
            forgetChangedPeople(runtime.bus, { memberships, users, onChange: () => void liveEvents.endLost() }),
        },
        { start: () => followEndedSessions(runtime.bus, sessions.ended, sessions.poll) },
        { beforeStop: () => liveEvents.end() },
        { beforeStop: () => sdkProxy.end() },
      ],
    });
  }
}
