import { Controller, Inject } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { accountsRpc } from '#libs/contracts';
import { GetJwks } from '../application/signing-keys/get-jwks.js';
import { RefreshSession } from '../application/sessions/refresh-session.js';
import { SignIn } from '../application/sessions/sign-in.js';
import { SignOut } from '../application/sessions/sign-out.js';
import { stranger, type Answer, type Asked } from './messages.js';

@Controller()
export class SessionsController {
  constructor(
    @Inject(SignIn) private readonly signInUseCase: SignIn,
    @Inject(RefreshSession) private readonly refreshSession: RefreshSession,
    @Inject(SignOut) private readonly signOutUseCase: SignOut,
    @Inject(GetJwks) private readonly jwks: GetJwks,
  ) {}

  @MessagePattern(accountsRpc.signIn.subject)
  signIn(@Payload() { command, origin }: Asked<'signIn'>): Answer<'signIn'> {
    return this.signInUseCase.execute(command, origin ?? stranger());
  }

  @MessagePattern(accountsRpc.refresh.subject)
  refresh(@Payload() { command, origin }: Asked<'refresh'>): Answer<'refresh'> {
    return this.refreshSession.execute(command, origin ?? stranger());
  }

  @MessagePattern(accountsRpc.signOut.subject)
  signOut(@Payload() { command, origin }: Asked<'signOut'>): Answer<'signOut'> {
    return this.signOutUseCase.execute(command, origin ?? stranger());
  }

  @MessagePattern(accountsRpc.getJwks.subject)
  getJwks(): Answer<'getJwks'> {
    return this.jwks.execute();
  }
}
