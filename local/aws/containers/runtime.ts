import { localCommand, pullImage } from '../images.ts';
import type { JournalProcess } from '../journal.ts';
import type { LocalImages } from '../options.ts';
import { startProcess, type TaskProcess } from '../process.ts';
import { killStrays, markVariable } from '../strays.ts';
import type { Watchdog } from '../watchdog.ts';
import { markOf } from './live-container.ts';

/** What a container may use at most; undefined: no limit. Processes of this machine have none. */
export interface ContainerLimits {
  vcpu?: number | undefined;
  memoryMib?: number | undefined;
}

/** What to run in a container. */
export interface ContainerRun {
  /** In place of the image's own entry point. Default: that. */
  entryPoint?: string[] | undefined;
  command: string[];
  environment: Record<string, string>;
  limits: ContainerLimits;
  /** By which what belongs to the container is found again. */
  mark: string;
  onLine(line: string): void;
}

/** An image that is there. */
export interface RunnableImage {
  /** Variables that come with it, as far as they are not in the image itself. */
  environment: Record<string, string>;
  /** Rejects when its command cannot be started. */
  start(run: ContainerRun): Promise<TaskProcess>;
}

/** An image, or why there is none, in the words with which AWS begins such a reason. */
export type Pulled = { image: RunnableImage } | { reason: string };

/** What containers are on this machine: processes, or containers of Docker. */
export interface ContainerRuntime {
  /** Variables that a container has before any of its own. */
  base: Record<string, string>;
  /** Gets a task's image; one that is made at its first use is made now. Never rejects. */
  pull(name: string | undefined): Promise<Pulled>;
  /** Kills what is left of containers that were started; `live`: process ids of those that ran until now. */
  clear(processes: JournalProcess[], live: ReadonlySet<number>): Promise<void>;
}

/** What processes of this machine are run with. */
export interface ProcessRuntimeParts {
  images: LocalImages;
  /** PATH and HOME. */
  machine: Record<string, string>;
  watchdog: Watchdog;
}

/** Containers are processes of this machine, in the folder that plays their image. */
export function processRuntime({ images, machine, watchdog }: ProcessRuntimeParts): ContainerRuntime {
  return {
    base: machine,
    async pull(name) {
      const pulled = await pullImage(images, name);
      if ('reason' in pulled) return pulled;
      const { image } = pulled;
      return {
        image: {
          environment: image.environment ?? {},
          start({ entryPoint = [], command, environment, mark, onLine }) {
            if (entryPoint.length + command.length === 0) throw new Error('there is no command');
            return startProcess(
              {
                command: localCommand(image, [...entryPoint, ...command]),
                directory: image.directory,
                environment: { ...environment, [markVariable]: mark },
                onLine,
              },
              watchdog,
            );
          },
        },
      };
    },
    async clear(processes, groups) {
      const marks = new Set(processes.map((process) => markOf(process.started)));
      const left = marks.size === 0 ? [] : await killStrays({ groups, marks });
      if (left.length > 0) throw new Error(`Processes of tasks do not end [pids=${left.join(',')}]`);
    },
  };
}
