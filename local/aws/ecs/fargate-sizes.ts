import { clientException } from './refusals.ts';

const gb = 1_024;

/** CPU units and the MiB that go with them: from, to, step. */
const sizes: Record<number, { from: number; to: number; step: number } | number[]> = {
  256: [512, 1_024, 2_048],
  512: { from: gb, to: 4 * gb, step: gb },
  1024: { from: 2 * gb, to: 8 * gb, step: gb },
  2048: { from: 4 * gb, to: 16 * gb, step: gb },
  4096: { from: 8 * gb, to: 30 * gb, step: gb },
  8192: { from: 16 * gb, to: 60 * gb, step: 4 * gb },
  16384: { from: 32 * gb, to: 120 * gb, step: 8 * gb },
  32768: [60 * gb, 122_880, 249_856],
};

/** CPU units and MiB as ECS shows them. */
export interface FargateSize {
  cpu: string;
  memory: string;
}

/** Reads `256` or `.25 vCPU`, `512` or `0.5 GB`. Throws ClientException when Fargate has no such pair. */
export function fargateSize(cpu: string | undefined, memory: string | undefined): FargateSize {
  const units = readAmount(cpu, /^([\d.]+)\s*vcpu$/i);
  const mebibytes = readAmount(memory, /^([\d.]+)\s*gb$/i);
  const allowed = sizes[units];
  const isAllowed = Array.isArray(allowed)
    ? allowed.includes(mebibytes)
    : allowed !== undefined &&
      mebibytes >= allowed.from &&
      mebibytes <= allowed.to &&
      (mebibytes - allowed.from) % allowed.step === 0;
  if (!isAllowed) {
    throw clientException(`No Fargate configuration exists for given values: cpu ${cpu}, memory ${memory}.`);
  }
  return { cpu: String(units), memory: String(mebibytes) };
}

function readAmount(text: string | undefined, large: RegExp): number {
  const inLargeUnits = text === undefined ? undefined : large.exec(text)?.[1];
  return inLargeUnits === undefined ? Number(text) : Number(inLargeUnits) * gb;
}
