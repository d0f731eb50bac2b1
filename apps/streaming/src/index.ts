import type { Service } from '#libs/service';
import { streamingSettings } from './config.js';
import { StreamingModule } from './streaming.module.js';

export const streamingService: Service = { name: 'streaming', module: StreamingModule, settings: [streamingSettings] };
