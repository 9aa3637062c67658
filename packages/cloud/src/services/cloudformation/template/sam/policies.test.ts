import { expect, test } from '@jest/globals';
import { POLICY_TEMPLATES } from './policy-templates.ts';
import { readPolicies } from './policies.ts';

test.each(Object.entries(POLICY_TEMPLATES))(
  '%s takes its parameters and leaves no reference to them',
  (name, template) => {
    const values = Object.fromEntries(template.parameters.map((parameter) => [parameter, `the ${parameter}`]));
    const { inline } = readPolicies('F', [{ [name]: values }], 'aws');
    const text = JSON.stringify(inline);
    for (const parameter of template.parameters) {
      expect(text).toContain(`"the ${parameter}"`);
      expect(text).not.toContain(`{"Ref":"${parameter}"}`);
    }
  },
);

test('a value that refers to a parameter of the same name stays a reference', () => {
  const { inline } = readPolicies('F', [{ DynamoDBReadPolicy: { TableName: { Ref: 'TableName' } } }], 'aws');
  expect(JSON.stringify(inline)).toContain('{"tableName":{"Ref":"TableName"}}');
});

test('a name that AWS has becomes its ARN, any other stays, and none stands twice', () => {
  const written = ['AWSLambdaRole', 'AWSLambdaRole', 'my-policy', 'arn:aws:iam::aws:policy/X'];
  expect(readPolicies('F', written, 'aws-cn').managedPolicyArns).toEqual([
    'arn:aws-cn:iam::aws:policy/service-role/AWSLambdaRole',
    'my-policy',
    'arn:aws:iam::aws:policy/X',
  ]);
});
