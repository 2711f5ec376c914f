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

/** What one node of an EC2 queue gets. */
export interface Ec2Size {
  /** Whole vCPUs. */
  vcpu: number;
  /** Memory of each node. */
  memory: `${number} MB` | `${number} GB`;
}

/** The memory in MiB that Fargate offers for each number of vCPUs; the same as {@link FargateSize}, for run time. */
const fargateMib: Record<number, readonly number[]> = {
  0.25: [512, 1024, 2048],
  0.5: range(1, 4, 1),
  1: range(2, 8, 1),
  2: range(4, 16, 1),
  4: range(8, 30, 1),
  8: range(16, 60, 4),
  16: range(32, 120, 8),
};

function range(fromGb: number, toGb: number, stepGb: number): number[] {
  const count = (toGb - fromGb) / stepGb + 1;
  return Array.from({ length: count }, (_, index) => (fromGb + index * stepGb) * 1_024);
}

/** True for a pair of vCPU and memory that Fargate offers. */
export function isFargateSize(vcpu: number, mib: number): boolean {
  return fargateMib[vcpu]?.includes(mib) ?? false;
}

/** What is wrong with a pair, with those that are right; null when Fargate offers it. */
export function fargateProblem(vcpu: number, mib: number): string | null {
  if (isFargateSize(vcpu, mib)) return null;
  const offered = fargateMib[vcpu];
  if (offered === undefined) {
    const vcpus = Object.keys(fargateMib)
      .map(Number)
      .sort((a, b) => a - b);
    return `Fargate has no ${vcpu} vCPU; write one of ${vcpus.join(', ')}`;
  }
  const sizes = offered.map((each) => (each < 1_024 ? `"${each} MB"` : `"${each / 1_024} GB"`));
  return `Fargate has no ${mib} MiB with ${vcpu} vCPU; write one of ${sizes.join(', ')}`;
}

/**
 * A memory size in MiB, as AWS counts it.
 * @throws TypeError when the text is not a number followed by MB or GB.
 */
export function memoryMib(memory: string): number {
  const [, amount, unit] = /^(\d+) (MB|GB)$/.exec(memory) ?? [];
  if (amount === undefined) throw new TypeError(`"${memory}" is not a memory size: write "512 MB" or "2 GB"`);
  return Number(amount) * (unit === 'GB' ? 1_024 : 1);
}
