/**
 * Templates, one line of JSON each (`{ text, parameters }`), through our SAM transform: one line of JSON out for each,
 * the transformed template or `{ errors }`. What judge-random-templates.py compares with AWS's own translator.
 */
import { createInterface } from 'node:readline';
import { parseTemplate } from '../packages/cloud/src/services/cloudformation/template/parse.ts';
import { samTransform } from '../packages/cloud/src/services/cloudformation/template/sam-transform.ts';
import { isMap, mapAt, type Value } from '../packages/cloud/src/services/cloudformation/template/template-value.ts';

interface Asked {
  readonly text: string;
  readonly parameters: Readonly<Record<string, string>>;
}

function transformed({ text, parameters }: Asked): unknown {
  const { body, problems } = parseTemplate(text, 'random');
  const values = new Map<string, Value>([
    ['AWS::Region', 'us-east-1'],
    ['AWS::Partition', 'aws'],
  ]);
  for (const [name, declaration] of Object.entries(mapAt(body, 'Parameters'))) {
    const value = parameters[name] ?? (isMap(declaration) ? declaration['Default'] : undefined);
    if (value !== undefined) values.set(name, value);
  }
  const { template } = samTransform({
    template: body,
    parameters: values,
    partition: 'aws',
    nowSeconds: 1_700_000_000,
    problems,
    resolveCode: (path) => ({ S3Bucket: 'artifacts', S3Key: path }),
  });
  return problems.all.length === 0 ? template : { errors: problems.all.map(({ message }) => message).toSorted() };
}

for await (const line of createInterface({ input: process.stdin }))
  process.stdout.write(`${JSON.stringify(transformed(JSON.parse(line) as Asked))}\n`);
