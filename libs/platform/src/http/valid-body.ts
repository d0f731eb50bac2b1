import type { PipeTransform, Type } from '@nestjs/common';
export class ValidBody implements PipeTransform {
  constructor(private readonly shape?: Type) {}
  transform(value: unknown): unknown {
    return this.shape ? value : value;
  }
}
