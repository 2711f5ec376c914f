/** Where `nightshift images push` writes down what it has pushed for a stage, and a deployment reads it: below the project's folder. */
export function imagesFile(stage: string): string {
  return `.nightshift/images/${stage}.json`;
}
