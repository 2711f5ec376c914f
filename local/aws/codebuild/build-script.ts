import { join } from 'node:path';
import { type Buildspec, type PhaseName, phaseNames } from './buildspec.ts';

/** A file of a build's shell scripts. */
export interface ScriptFile {
  name: string;
  content: string;
}

/** The name of the script that runs a whole build. */
export const mainScript = 'main.sh';

/**
 * Writes a build as shell scripts: one for each phase, and one that calls them. A phase is one shell, which stops at
 * the first command that fails; what it exports, and the folder that it is in, go on into the next one. File
 * descriptor 3 tells how the build goes: `phase NAME`, `command INDEX`, `end STATUS`, `exported NAME BASE64`.
 */
export function buildScripts(spec: Buildspec, folder: string): ScriptFile[] {
  return [
    { name: mainScript, content: mainOf(spec, folder) },
    ...phaseNames.filter((name) => spec.phases[name]).flatMap((name) => phaseScripts(spec, name, folder)),
  ];
}

/** Commands of a phase, those of its `finally` block behind the others: what `command INDEX` counts. */
export function commandsOf(spec: Buildspec, name: PhaseName): string[] {
  return [...(spec.phases[name]?.commands ?? []), ...(spec.phases[name]?.finally ?? [])];
}

/** As in CodeBuild, a failed build phase does not keep post_build from running; a failed install or pre_build does. */
function mainOf(spec: Buildspec, folder: string): string {
  const lines = phaseNames.flatMap((name) => {
    const goesOn = name === 'build' || spec.phases[name]?.['on-failure'] === 'CONTINUE';
    return [
      `printf 'phase ${name}\\n' >&3; status=0`,
      ...(spec.phases[name] ? runLines(spec, name, folder) : []),
      'if [ $status -eq 0 ]; then state=SUCCEEDED; else state=FAILED; fi',
      `say "Phase complete: ${name.toUpperCase()} State: $state"`,
      `printf 'end %s\\n' $status >&3`,
      `if [ $status -ne 0 ]; then CODEBUILD_BUILD_SUCCEEDING=0; ${goesOn ? ':' : 'exit $status'}; fi`,
    ];
  });
  // The signal that ends a build reaches each process of it: the shells wait for what they have called.
  return [sayFunction, "stopped=; trap 'stopped=1' TERM", 'export CODEBUILD_BUILD_SUCCEEDING=1', ...lines, ''].join(
    '\n',
  );
}

function runLines(spec: Buildspec, name: PhaseName, folder: string): string[] {
  const run = (script: string) => `${spec.env.shell} ${quote(join(folder, script))}; last=$?`;
  const tell = `cat ${quote(join(folder, 'exports'))} >&3 2>/dev/null`;
  const check = '[ -z "$stopped" ] || exit 143; [ $status -ne 0 ] || status=$last';
  return [`${name}.sh`, `${name}.finally.sh`].flatMap((script) => [run(script), check, tell]);
}

/** Writes a line to the log as CodeBuild's agent does. */
const sayFunction = `say() { printf '[Container] %s %s\\n' "$(date -u '+%Y/%m/%d %H:%M:%S')" "$1"; }`;

function phaseScripts(spec: Buildspec, name: PhaseName, folder: string): ScriptFile[] {
  const { commands, finally: last } = spec.phases[name] ?? { commands: [], finally: [] };
  return [
    { name: `${name}.sh`, content: shellOf(spec, { commands, from: 0 }, folder) },
    { name: `${name}.finally.sh`, content: shellOf(spec, { commands: last, from: commands.length }, folder) },
  ];
}

function shellOf(spec: Buildspec, run: { commands: string[]; from: number }, folder: string): string {
  const file = (name: string) => quote(join(folder, name));
  const exports = spec.env['exported-variables'].map(
    (name) => `printf 'exported ${name} %s\\n' "$(printf %s "\${${name}-}" | base64 | tr -d '\\n')"`,
  );
  const keep = [
    'status=$?; trap - EXIT',
    `export -p > ${file('state')}; pwd > ${file('place')}`,
    // Not to the file descriptor itself, which the command that ends this shell does not have.
    `{ ${['true', ...exports].join('; ')}; } > ${file('exports')}`,
    'exit $status',
  ];
  return [
    sayFunction,
    // CODEBUILD_BUILD_SUCCEEDING is the caller's to say.
    'succeeding=$CODEBUILD_BUILD_SUCCEEDING',
    `if [ -f ${file('state')} ]; then . ${file('state')}; cd "$(cat ${file('place')})"; fi`,
    'export CODEBUILD_BUILD_SUCCEEDING=$succeeding',
    `trap ${quote(keep.join('; '))} EXIT`,
    "trap 'exit 143' TERM",
    ...run.commands.flatMap((command, index) => [
      `say ${quote(`Running command ${command.trimEnd()}`)}`,
      `printf 'command ${run.from + index}\\n' >&3`,
      // Three is ours: a command must neither write to it nor hold it open.
      `eval ${quote(command)} 3>&-`,
      'status=$?; [ $status -eq 0 ] || exit $status',
    ]),
    '',
  ].join('\n');
}

function quote(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
