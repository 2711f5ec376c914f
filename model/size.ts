/**
 * The vCPU and memory pairs that AWS Fargate offers; any other pair does not compile.
 * Source: AWS Batch, ResourceRequirement. 32 vCPU is left out until it is offered in every region.
 */
export type FargateSize = { [V in keyof MemoryOf]: { vcpu: V; memory: MemoryOf[V] } }[keyof MemoryOf];

interface MemoryOf {
  0.25: '512 MB' | GB<1 | 2>;
  0.5: GB<1 | 2 | 3 | 4>;
  1: GB<2 | 3 | 4 | 5 | 6 | 7 | 8>;
  2: GB<4 | 5 | 6 | 7 | 8 | 9 | 10 | 11 | 12 | 13 | 14 | 15 | 16>;
  4: GB<8 | 9 | 10 | 11 | 12 | 13 | 14 | 15 | 16 | 17 | 18 | 19 | 20 | 21 | 22 | 23 | 24 | 25 | 26 | 27 | 28 | 29 | 30>;
  8: GB<16 | 20 | 24 | 28 | 32 | 36 | 40 | 44 | 48 | 52 | 56 | 60>;
  16: GB<32 | 40 | 48 | 56 | 64 | 72 | 80 | 88 | 96 | 104 | 112 | 120>;
}
type GB<N extends number> = `${N} GB`;

/**
 * A memory size in MiB, as AWS counts it.
 * @throws TypeError when the text is not a number followed by MB or GB.
 */
export function memoryMib(memory: string): number {
  const [, amount, unit] = /^(\d+) (MB|GB)$/.exec(memory) ?? [];
  if (amount === undefined) throw new TypeError(`"${memory}" is not a memory size: write "512 MB" or "2 GB"`);
  return Number(amount) * (unit === 'GB' ? 1_024 : 1);
}
