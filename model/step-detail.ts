/** What is known of the newest try of a task, as handlers tell it on. */
export interface StepDetail {
  /** What it is and what it was started with. */
  metadata: {
    /** The configuration's `name`. */
    app_name: string;
    /** The stage that it ran in. */
    stage: string;
    /** The name of the thing in AWS; empty when none was made. */
    batch_name: string;
    /** The job's id. */
    job_name: string;
    /** Program and arguments. */
    command: string[];
    /** As the job says it; 0 for what has no container. */
    vcpus: number;
    /** MiB. */
    memory: number;
    /** Image with its tag or digest; empty when AWS does not tell. */
    image_uri: string;
    /** What stands behind the image's name: its tag or digest. */
    image_tag: string;
    /** The task's own variables. */
    env: Record<string, string>;
  };
  /** The thing as AWS describes it (for Batch: a job of DescribeJobs); null when none was made, or AWS has forgotten it. */
  batch: Record<string, unknown> | null;
}
