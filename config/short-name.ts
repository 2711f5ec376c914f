/**
 * What projects and stages are called: their names begin those of AWS resources. RDS identifiers and ECR repositories
 * take neither "--" nor "-" at the end. Sources: RDS, CreateDBInstance; ECR, CreateRepository.
 */
export const shortName = /^(?=.{1,20}$)[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

/** The same in words, for messages. */
export const shortNameWords =
  'lower-case letters, digits and single "-" between them, a letter first, at most 20 characters';
