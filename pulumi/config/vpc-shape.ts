import { z } from 'zod';
import { keys, onceEach, text } from './shapes.ts';

const newVpc = { cidr: '10.20.0.0/16', zones: ['ap-northeast-1a', 'ap-northeast-1c'] };
const existingVpc = { id: 'vpc-0a1b2c3d', subnets: ['subnet-0a1b2c3d', 'subnet-4e5f6a7b'] };
const examples = `${JSON.stringify(newVpc)}, or one that is there, ${JSON.stringify(existingVpc)}`;

const byte = '(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';
const rangePattern = new RegExp(`^(${byte}\\.){3}${byte}/(1[6-9]|2[0-4])$`);
const cidr = text('an address range of /16 to /24', newVpc.cidr, rangePattern).superRefine((range, context) => {
  const whole = rangeOf(range);
  if (rangePattern.test(range) && range !== whole) {
    context.addIssue({ code: 'custom', message: `is an address within a range; write the range itself, "${whole}"` });
  }
});

/** A new VPC, or one that is there with its private subnets. */
export const vpc = z.union(
  [
    keys({
      cidr,
      zones: onceEach(
        text('an availability zone', 'ap-northeast-1a', /^[a-z]{2}(-[a-z]+)+-\d[a-z]$/),
        [2, 4],
        `write two to four zones, such as ${JSON.stringify(newVpc.zones)}`,
      ),
    }),
    keys({
      id: text('the id of a VPC', existingVpc.id, /^vpc-[0-9a-f]+$/),
      subnets: onceEach(
        text('the id of a private subnet', 'subnet-0a1b2c3d', /^subnet-[0-9a-f]+$/),
        [2, Number.POSITIVE_INFINITY],
        `write two private subnets or more, in different zones, such as ${JSON.stringify(existingVpc.subnets)}`,
      ),
    }),
  ],
  `write a new one, ${examples}, with private subnets in two or more zones`,
);

/** `10.20.0.0/16` of `10.20.5.7/16`. */
function rangeOf(range: string): string {
  const [address = '', bits = ''] = range.split('/');
  const start = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  const own = start - (start % 2 ** (32 - Number(bits)));
  return `${[24, 16, 8, 0].map((shift) => Math.floor(own / 2 ** shift) % 256).join('.')}/${bits}`;
}
