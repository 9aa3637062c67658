/** awsQuery (CloudFormation, STS, CloudWatch's older clients): a form with an Action, answered in XML. */
import type { AnswerForm, WireResponse } from './call.ts';
import type { ProtocolCodec } from './protocol.ts';
import { readForm } from './query-form.ts';
import { escapeXml, tag, writeMembers } from './xml-writer.ts';

export const queryXml: ProtocolCodec = {
  protocol: 'query',
  malformed: 'MalformedInput',
  readInput: (_service, { input }, { form }) => readForm(input, form),
  writeOutput({ xmlns }, { name, output: schema }, output, form) {
    const result = schema.isStructSchema() ? tag(`${name}Result`, writeMembers(schema)(output)) : '';
    const metadata = tag('ResponseMetadata', tag('RequestId', form.requestId));
    return answer(form, 200, `<${name}Response xmlns="${xmlns}">${result}${metadata}</${name}Response>`);
  },
  writeError(service, error, form) {
    const { fault, queryCode, message, schema, body, queryStatus } = error;
    const others = Object.fromEntries(Object.entries(body).filter(([name]) => name.toLowerCase() !== 'message'));
    const members = schema === undefined ? '' : writeMembers(schema)(others);
    const inner = tag('Type', fault) + tag('Code', escapeXml(queryCode)) + tag('Message', escapeXml(message)) + members;
    const xmlns = service === undefined ? '' : ` xmlns="${service.xmlns}"`;
    return answer(
      form,
      queryStatus,
      `<ErrorResponse${xmlns}>${tag('Error', inner)}${tag('RequestId', form.requestId)}</ErrorResponse>`,
    );
  },
};

function answer(form: AnswerForm, status: number, body: string): WireResponse {
  return { status, headers: { 'content-type': form.contentType, 'x-amzn-requestid': form.requestId }, body };
}
