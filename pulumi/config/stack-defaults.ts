import { imagesFile } from '../../config/images-file.ts';
import type { GivenStackConfig } from './stack-config.ts';

interface SizeDefaults {
  database: { class: string; storageGb: number; multiAz: boolean; backupDays: number };
  workers: { count: number; most: number; vcpu: number; memory: string; split: boolean };
  batch: { maxVcpus: number; spotMaxVcpus: number };
  protect: boolean;
}

/** What the two sizes differ in. */
const sizes: Record<'small' | 'prod', SizeDefaults> = {
  small: {
    database: { class: 'db.t4g.micro', storageGb: 20, multiAz: false, backupDays: 7 },
    workers: { count: 1, most: 2, vcpu: 0.5, memory: '1 GB', split: false },
    batch: { maxVcpus: 16, spotMaxVcpus: 16 },
    protect: false,
  },
  prod: {
    database: { class: 'db.m7g.large', storageGb: 100, multiAz: true, backupDays: 30 },
    workers: { count: 2, most: 6, vcpu: 1, memory: '2 GB', split: true },
    batch: { maxVcpus: 256, spotMaxVcpus: 256 },
    protect: true,
  },
};

/** A stack's configuration with every default filled in, by its size. */
export function withDefaults(given: GivenStackConfig) {
  const size = given.size ?? 'small';
  const defaults = sizes[size];
  const { secrets = {}, environment = {}, ...workers } = given.workers ?? {};
  const { fairShare = null, ...batch } = given.batch ?? {};
  return {
    stage: given.stage,
    part: given.part ?? ('all' as const),
    size,
    vpc: given.vpc ?? null,
    nat: given.nat ?? ('gateway' as const),
    database: filled(defaults.database, given.database),
    protect: given.protect ?? defaults.protect,
    batch: { ...filled(defaults.batch, batch), fairShare },
    workers: { ...filled(defaults.workers, workers), secrets, environment },
    temporal: given.temporal ?? null,
    schedules: given.schedules ?? ('temporal' as const),
    alarms: { email: given.alarms?.email ?? null, topic: given.alarms?.topic ?? null },
    logDays: given.logDays ?? 365,
    images: given.images ?? imagesFile(given.stage),
    withoutImages: given.withoutImages ?? false,
    stacks: { data: given.stacks?.data ?? null, platform: given.stacks?.platform ?? null },
  };
}

/** The defaults, and over them what was given. */
function filled<T extends object>(defaults: T, given: { [K in keyof T]?: T[K] | undefined } = {}): T {
  const said = Object.entries(given).filter(([, value]) => value !== undefined);
  return { ...defaults, ...Object.fromEntries(said) };
}
