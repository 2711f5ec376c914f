// The lockfile decides which SDK runs: its notice about Node's next versions is for whoever updates it.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

const swc = [
  '@swc/jest',
  { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'commonjs' }, sourceMaps: 'inline' },
];

/** Packages that ship only as ES modules: Jest's CommonJS takes them transformed. */
const esmOnly = '(temporal-polyfill|temporal-utils|typebox|node-pg-migrate|log-update)';

/** One Jest worker a core: the machine that the suite is sized for has two. */
export default {
  testEnvironment: 'node',
  testEnvironmentOptions: { customExportConditions: ['nightshift-source', 'node', 'node-addons'] },
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  modulePathIgnorePatterns: ['<rootDir>/.nightshift', '/dist/'],
  transform: { '^.+\\.ts$': swc, [`/node_modules/${esmOnly}/.+\\.m?js$`]: swc },
  transformIgnorePatterns: [`/node_modules/(?!${esmOnly}/)`],
  globalSetup: '<rootDir>/test/support/global-setup.ts',
  globalTeardown: '<rootDir>/test/support/global-teardown.ts',
  testTimeout: 240_000,
  maxWorkers: 2,
};
