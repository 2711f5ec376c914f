import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import ts from 'typescript';

/** What Pulumi's AWS provider says of a type of resource. */
export interface ResourceSchema {
  /** Inputs that it takes. */
  inputs: string[];
  /** Inputs that it must have. */
  required: string[];
  /** Attributes that AWS gives. */
  computed: string[];
}

const require = createRequire(import.meta.url);
const home = dirname(require.resolve('@pulumi/aws/package.json'));
const read = new Map<string, ResourceSchema>();

/**
 * The schema of a resource type such as `aws:batch/jobQueue:JobQueue`, out of the declarations of `@pulumi/aws`.
 * Undefined when there is no such type.
 */
export function schemaOf(type: string): ResourceSchema | undefined {
  const [, path = '', name = ''] = /^aws:([\w/]+):(\w+)$/.exec(type) ?? [];
  const known = read.get(type);
  if (known !== undefined || path === '') return known;
  const file = join(home, `${path}.d.ts`);
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  const schema = schemaIn(ts.createSourceFile(file, text, ts.ScriptTarget.ES2023, true), name);
  read.set(type, schema);
  return schema;
}

function schemaIn(source: ts.SourceFile, name: string): ResourceSchema {
  const args = source.statements.find(
    (one): one is ts.InterfaceDeclaration => ts.isInterfaceDeclaration(one) && one.name.text === `${name}Args`,
  );
  const type = source.statements.find(
    (one): one is ts.ClassDeclaration => ts.isClassDeclaration(one) && one.name?.text === name,
  );
  if (args === undefined || type === undefined) throw new Error(`${source.fileName} declares no ${name} with its Args`);
  const members = args.members.filter(ts.isPropertySignature);
  const inputs = members.map((member) => member.name.getText());
  const outputs = type.members
    .filter(ts.isPropertyDeclaration)
    .filter(({ modifiers }) => modifiers?.every(({ kind }) => kind === ts.SyntaxKind.ReadonlyKeyword))
    .map((member) => member.name.getText());
  return {
    inputs,
    required: members.filter((member) => member.questionToken === undefined).map((member) => member.name.getText()),
    computed: outputs.filter((key) => !inputs.includes(key)),
  };
}
