import { withProject } from '../../support/temp-project.ts';

test(
  'an app that does not build fails its own job at once, with the reason, and no other',
  () =>
    withProject({ 'test/support/unbuilt': '.' }, async (project) => {
      const { code, stdout } = await project.run('dev', '--once');

      expect(code).toBe(1);
      expect(stdout).toMatch(/^WORKS\/2026-11-21 {2}succeeded/m);
      expect(stdout).toMatch(/^BROKEN\/2026-11-21 {2}failed/m);
      expect(stdout).toContain('CannotStartContainerError: The build of apps/broken failed:');
      expect(stdout).toContain('there is no compiler');
    }),
  240_000,
);
