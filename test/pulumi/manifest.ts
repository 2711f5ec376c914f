import { fileURLToPath } from 'node:url';
import type { Recorded } from './recorded.ts';

/** What a reader of a manifest does not need: words for people, and code as text. */
const leftOut = ['__provider', 'alarmDescription', 'description', 'okActions'];

/** Longer lines are broken by property. */
const longestLine = 120;

const root = fileURLToPath(new URL('../..', import.meta.url));

/**
 * All resources of a stack as text, each below what it belongs to and in the order of their names:
 * `<type> <name> <flags>`, then its properties, then what it waits for. Those that are not shown are only waited for.
 */
export function manifestOf(
  resources: readonly Recorded[],
  isShown: (resource: Recorded) => boolean = () => true,
): string {
  const stack = resources.find(({ type }) => type === 'pulumi:pulumi:Stack');
  const all = { resources, isShown };
  const lines = childrenOf(all, stack?.urn ?? '').flatMap((child) => blockOf(child, all, ''));
  return `${lines.join('\n')}\n`;
}

interface All {
  resources: readonly Recorded[];
  isShown: (resource: Recorded) => boolean;
}

function childrenOf({ resources, isShown }: All, parent: string): Recorded[] {
  const key = ({ type, name }: Recorded) => `${type} ${name}`;
  const children = resources.filter((each) => each.parent === parent && isShown(each));
  return children.sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

function blockOf(resource: Recorded, all: All, indent: string): string[] {
  return [
    `${indent}${titleOf(resource)}`,
    ...propertiesOf(resource).map((line) => `${indent}    ${line}`),
    ...waitsOf(resource, all.resources).map((line) => `${indent}    ${line}`),
    ...childrenOf(all, resource.urn).flatMap((child) => blockOf(child, all, `${indent}  `)),
  ];
}

/** `aws:ecs/service:Service` as `ecs.Service`. */
function titleOf({ type, name, protect, retainOnDelete, ignoreChanges }: Recorded): string {
  const [, module = '', last = ''] = type.split(':');
  const flags = [
    ...(protect ? ['protected'] : []),
    ...(retainOnDelete ? ['kept'] : []),
    ...(ignoreChanges.length > 0 ? [`ignores ${ignoreChanges.join(', ')}`] : []),
  ];
  const short = type.startsWith('aws:') ? `${module.split('/')[0]}.${last}` : type;
  return [short, name, ...flags.map((flag) => `[${flag}]`)].join(' ');
}

function propertiesOf({ inputs }: Recorded): string[] {
  return linesOf(
    Object.entries(inputs)
      .filter(([key]) => !leftOut.includes(key))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, value]) => [`${key}=`, parsed(value)]),
  );
}

/** As many short ones on a line as it takes; a long one is broken: a policy by statements, an environment by variables. */
function linesOf(parts: readonly (readonly [string, unknown])[]): string[] {
  const lines: string[] = [];
  let isOpen = false;
  for (const [key, value] of parts) {
    const text = `${key}${show(value)}`;
    const before = lines.at(-1) ?? '';
    if (text.length > longestLine && typeof value === 'object' && value !== null) {
      const inner = Array.isArray(value)
        ? value.map((each) => ['- ', each] as const)
        : Object.entries(value).map(([name, each]) => [`${name}=`, each] as const);
      lines.push(key, ...linesOf(inner).map((line) => `  ${line}`));
      isOpen = false;
    } else if (isOpen && before.length + text.length < longestLine && key !== '- ') {
      lines[lines.length - 1] = `${before} ${text}`;
    } else {
      lines.push(text);
      isOpen = key !== '- ';
    }
  }
  return lines;
}

function show(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.replaceAll(root, '').replace(/(sha256:[0-9a-f]{8})[0-9a-f]{56}/g, '$1…');
}

/** AWS takes policies and containers as JSON in a text. */
function parsed(value: unknown): unknown {
  if (typeof value !== 'string' || !/^[[{]/.test(value)) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

/** What it waits for; a component, where it says so, in place of all that belongs to it. */
function waitsOf({ dependsOn, namedByProperties }: Recorded, all: readonly Recorded[]): string[] {
  const isComponent = (urn: string) => {
    const members = membersOf(urn, all);
    return members.every((one) => dependsOn.includes(one)) && members.some((one) => !namedByProperties.includes(one));
  };
  const whole = all.filter(({ urn, custom }) => !custom && isComponent(urn));
  const members = new Set(whole.flatMap(({ urn }) => membersOf(urn, all)));
  const names = [...dependsOn.filter((urn) => !members.has(urn)), ...whole.map(({ urn }) => urn)].map((urn) => {
    const found = all.find((each) => each.urn === urn);
    return found === undefined ? `stack ${urn.split('/').at(-1)}` : (titleOf(found).split(' [')[0] ?? urn);
  });
  return names.length === 0 ? [] : [`after ${[...new Set(names)].sort().join(', ')}`];
}

function membersOf(urn: string, all: readonly Recorded[]): string[] {
  return all.filter(({ parent, custom }) => custom && parent === urn).map((each) => each.urn);
}
