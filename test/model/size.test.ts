import { fargateProblem, isFargateSize } from '../../model/size.ts';

test.each([
  [0.25, 512],
  [0.5, 4_096],
  [1, 8_192],
  [2, 4_096],
  [4, 30_720],
  [8, 61_440],
  [16, 122_880],
])('Fargate has %s vCPU with %s MiB', (vcpu, mib) => {
  expect(isFargateSize(vcpu, mib)).toBe(true);
  expect(fargateProblem(vcpu, mib)).toBeNull();
});

test.each([
  [0.25, 4_096, 'Fargate has no 4096 MiB with 0.25 vCPU; write one of "512 MB", "1 GB", "2 GB"'],
  [8, 17_408, 'Fargate has no 17408 MiB with 8 vCPU; write one of "16 GB", "20 GB", "24 GB"'],
  [3, 8_192, 'Fargate has no 3 vCPU; write one of 0.25, 0.5, 1, 2, 4, 8, 16'],
])('%s vCPU with %s MiB is refused with what there is', (vcpu, mib, message) => {
  expect(fargateProblem(vcpu, mib)).toContain(message);
});
