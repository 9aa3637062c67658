import type { Operation } from '../../service.ts';
import * as aliases from './alias-operations.ts';
import * as functions from './function-operations.ts';
import { Invoke } from './invoke-operation.ts';
import * as permissions from './permission-operations.ts';
import * as settings from './setting-operations.ts';
import * as versions from './version-operations.ts';

/** What can be asked of Lambda, by the names AWS gives it. */
export const operations: Readonly<Record<string, Operation>> = {
  AddPermission: permissions.AddPermission,
  CreateAlias: aliases.CreateAlias,
  CreateFunction: functions.CreateFunction,
  DeleteAlias: aliases.DeleteAlias,
  DeleteFunction: functions.DeleteFunction,
  DeleteFunctionConcurrency: settings.DeleteFunctionConcurrency,
  DeleteFunctionEventInvokeConfig: settings.DeleteFunctionEventInvokeConfig,
  GetAlias: aliases.GetAlias,
  GetFunction: functions.GetFunction,
  GetFunctionConcurrency: settings.GetFunctionConcurrency,
  GetFunctionConfiguration: functions.GetFunctionConfiguration,
  GetFunctionEventInvokeConfig: settings.GetFunctionEventInvokeConfig,
  GetPolicy: permissions.GetPolicy,
  GetProvisionedConcurrencyConfig: settings.GetProvisionedConcurrencyConfig,
  Invoke,
  ListAliases: aliases.ListAliases,
  ListFunctions: functions.ListFunctions,
  ListTags: functions.ListTags,
  ListVersionsByFunction: versions.ListVersionsByFunction,
  PublishVersion: versions.PublishVersion,
  PutFunctionConcurrency: settings.PutFunctionConcurrency,
  PutFunctionEventInvokeConfig: settings.PutFunctionEventInvokeConfig,
  RemovePermission: permissions.RemovePermission,
  TagResource: functions.TagResource,
  UntagResource: functions.UntagResource,
  UpdateAlias: aliases.UpdateAlias,
  UpdateFunctionCode: functions.UpdateFunctionCode,
  UpdateFunctionConfiguration: functions.UpdateFunctionConfiguration,
};
