/** Imports point one way (docs/architecture.md, "Walls"). Each rule names the folder it protects. */
const room = (name) => `^${name}/`;
const any = (...names) => `^(${names.join('|')})/`;
const rooms =
  'workflows|activities|engine|workers|pulumi|rights|model|jobs|functions|compute|watcher|store|triggers|alerts|dashboard|cli|local|container|config|apps|bench|scripts|test|testing';

module.exports = {
  forbidden: [
    {
      name: 'no-circular',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'model-imports-nothing',
      severity: 'error',
      comment: 'model/ is pure and safe in the workflow sandbox',
      from: { path: room('model') },
      to: { pathNot: room('model'), dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'workflows-are-deterministic',
      severity: 'error',
      comment: 'workflows/ import @temporalio/workflow, @temporalio/common, model/, and types',
      from: { path: room('workflows') },
      to: {
        pathNot: ['^workflows/', '^model/', 'node_modules/@temporalio/(workflow|common)/'],
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'jobs-are-plain',
      severity: 'error',
      comment: 'job files import nightshift (model/), typebox, other job files, and types',
      from: { path: room('jobs') },
      to: { pathNot: ['^jobs/', '^model/', 'node_modules/typebox/'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'adapters-do-not-know-workflows',
      severity: 'error',
      from: { path: any('compute', 'store', 'alerts') },
      to: { path: room('workflows') },
    },
    {
      name: 'store-knows-only-model',
      severity: 'error',
      from: { path: room('store') },
      to: { path: `^(${rooms})/`, pathNot: ['^store/', '^model/'] },
    },
    {
      name: 'compute-knows-only-model',
      severity: 'error',
      from: { path: room('compute') },
      to: { path: `^(${rooms})/`, pathNot: ['^compute/', '^model/'] },
    },
    {
      name: 'rights-know-only-model',
      severity: 'error',
      comment: 'derived from the job files alone, for Pulumi, the CLI and the local AWS',
      from: { path: room('rights') },
      to: { pathNot: ['^rights/', '^model/'] },
    },
    {
      name: 'pulumi-knows-the-definitions',
      severity: 'error',
      comment: 'pulumi/ turns names and rights into resources; both have their one source elsewhere',
      from: { path: room('pulumi') },
      to: { path: `^(${rooms})/`, pathNot: ['^pulumi/', '^model/', '^rights/', '^config/'] },
    },
    {
      name: 'pulumi-is-for-deployments',
      severity: 'error',
      comment: 'only who deploys has its packages',
      from: { pathNot: any('pulumi', 'templates', 'test') },
      to: { path: ['^pulumi/', 'node_modules/@pulumi/'] },
    },
    {
      name: 'wiring-is-imported-by-cli-only',
      severity: 'error',
      from: { pathNot: any('bin', 'cli', 'workers', 'local', 'dashboard', 'test', 'testing', 'bench', 'scripts') },
      to: { path: any('workers', 'local', 'dashboard', 'cli') },
    },
    {
      name: 'apps-stand-alone',
      severity: 'error',
      comment: 'container code is shipped without the orchestrator',
      from: { path: any('apps', 'container') },
      to: { path: `^(${rooms})/`, pathNot: ['^apps/', '^container/'] },
    },
    {
      name: 'tests-are-not-imported',
      severity: 'error',
      from: { pathNot: any('test', 'bench') },
      to: { path: room('test') },
    },
    {
      name: 'testing-is-for-users',
      severity: 'error',
      comment: 'nightshift/testing plays what the engine does; nobody else relies on the play',
      from: { pathNot: any('testing', 'test', 'jobs', 'templates') },
      to: { path: room('testing') },
    },
    { name: 'no-unresolved', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|\\.nightshift|node_modules/\\.cache)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['nightshift-source', 'import', 'require', 'node', 'default', 'types'],
    },
  },
};
