import { Controller, Get, Header, Inject } from '@nestjs/common';
import { ApiExcludeController, type OpenAPIObject } from '@nestjs/swagger';
import { Public } from '#libs/http';
import { OpenApiSource } from '../../openapi/open-api-source.js';
import { docsPage, docsPageCsp } from './docs-page.js';
import { homePage, homePageCsp } from './home-page.js';
import { invitePage, linkPageCsp, resetPage } from './link-pages.js';

@Controller()
@ApiExcludeController()
@Public()
export class HomeController {
  constructor(@Inject(OpenApiSource) private readonly openApi: OpenApiSource) {}

  @Get()
  @Header('content-type', 'text/html; charset=utf-8')
  @Header('content-security-policy', homePageCsp)
  home(): string {
    return homePage;
  }

  @Get('invite')
  @Header('content-type', 'text/html; charset=utf-8')
  @Header('content-security-policy', linkPageCsp)
  @Header('cache-control', 'no-store')
  invite(): string {
    return invitePage;
  }

  @Get('reset')
  @Header('content-type', 'text/html; charset=utf-8')
  @Header('content-security-policy', linkPageCsp)
  @Header('cache-control', 'no-store')
  reset(): string {
    return resetPage;
  }

  @Get('api/openapi.json')
  @Header('cache-control', 'public, max-age=300')
  document(): Promise<OpenAPIObject> {
    return this.openApi.document();
  }

  @Get('api/docs')
  @Header('content-type', 'text/html; charset=utf-8')
  @Header('content-security-policy', docsPageCsp)
  @Header('cache-control', 'public, max-age=300')
  async docs(): Promise<string> {
    return docsPage(await this.openApi.document());
  }
}
