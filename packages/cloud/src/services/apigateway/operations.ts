/**
 * What can be asked of API Gateway. The two generations of its API share a service and some names: an input that
 * has `ApiId` is for an HTTP API, one that has `restApiId` for a REST API.
 */
import { type Answer, type CallContext, type Operation, operation } from '../../contract.ts';
import type { World } from '../../world-state.ts';
import { managementArn } from './api-operations.ts';
import * as http from './http-api-operations.ts';
import * as rest from './rest-api-operations.ts';

type Run = (world: World, input: object, call: CallContext) => Answer;

const shared = (method: string, part: string, ofRest: Run, ofHttp: Run): Operation =>
  operation<{ readonly restApiId?: string; readonly ApiId?: string }>({
    action: `apigateway:${method}`,
    resource: (world, { restApiId, ApiId }) =>
      managementArn(world, `${ApiId === undefined ? `/restapis/${restApiId}` : `/apis/${ApiId}`}/${part}`),
    run: (world, input, call) => (input.ApiId === undefined ? ofRest : ofHttp)(world, input, call),
  });

export const operations: Readonly<Record<string, Operation>> = {
  ...rest.restApiOperations,
  ...http.httpApiOperations,
  CreateDeployment: shared('POST', 'deployments', rest.createRestDeployment, http.createHttpDeployment),
  DeleteDeployment: shared('DELETE', 'deployments', rest.deleteRestDeployment, http.deleteHttpDeployment),
  CreateStage: shared('POST', 'stages', rest.createRestStage, http.createHttpStage),
  UpdateStage: shared('PATCH', 'stages', rest.updateRestStage, http.updateHttpStage),
  GetStage: shared('GET', 'stages', rest.getRestStage, http.getHttpStage),
  DeleteStage: shared('DELETE', 'stages', rest.deleteRestStage, http.deleteHttpStage),
};
