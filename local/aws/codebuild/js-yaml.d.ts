/** The part of js-yaml that reads buildspecs; the package brings no types of its own. */
declare module 'js-yaml' {
  const yaml: {
    /** YAML without tags that make JavaScript objects. */
    CORE_SCHEMA: object;
    load(text: string, options: { schema: object }): unknown;
  };
  export default yaml;
}
