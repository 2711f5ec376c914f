import type { Place } from '../model/deployed-names.ts';
import type { Job } from '../model/job.ts';
import type { Images } from './config/images.ts';
import type { StackConfig } from './config/stack-config.ts';

/** All that is known of a stage before anything is made: what every part is deployed from. */
export interface Stage {
  place: Place;
  jobs: readonly Job[];
  config: StackConfig;
  images: Images;
  /** The project's folder. */
  directory: string;
  /** IANA zone of schedules without their own. */
  timezone: string;
}
