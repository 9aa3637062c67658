import type { Operation } from '../../contract.ts';
import { GetAccountSettings } from './account-operations.ts';
import * as aliases from './alias-operations.ts';
import { DeleteFunction } from './delete-function.ts';
import * as functions from './function-operations.ts';
import { Invoke } from './invoke-operation.ts';
import * as lookups from './lookup-operations.ts';
import * as permissions from './permission-operations.ts';
import * as provisioned from './provisioned-operations.ts';
import * as settings from './setting-operations.ts';
import * as tags from './tag-operations.ts';
import * as versions from './version-operations.ts';

/** What can be asked of Lambda, by the names AWS gives it. */
export const operations: Readonly<Record<string, Operation>> = {
  AddPermission: permissions.AddPermission,
  CreateAlias: aliases.CreateAlias,
  CreateFunction: functions.CreateFunction,
  DeleteAlias: aliases.DeleteAlias,
  DeleteFunction,
  DeleteFunctionConcurrency: settings.DeleteFunctionConcurrency,
  DeleteFunctionEventInvokeConfig: settings.DeleteFunctionEventInvokeConfig,
  DeleteProvisionedConcurrencyConfig: provisioned.DeleteProvisionedConcurrencyConfig,
  GetAccountSettings,
  GetAlias: aliases.GetAlias,
  GetFunction: lookups.GetFunction,
  GetFunctionConcurrency: settings.GetFunctionConcurrency,
  GetFunctionConfiguration: lookups.GetFunctionConfiguration,
  GetFunctionEventInvokeConfig: settings.GetFunctionEventInvokeConfig,
  GetPolicy: permissions.GetPolicy,
  GetProvisionedConcurrencyConfig: provisioned.GetProvisionedConcurrencyConfig,
  Invoke,
  ListAliases: aliases.ListAliases,
  ListFunctions: lookups.ListFunctions,
  ListProvisionedConcurrencyConfigs: provisioned.ListProvisionedConcurrencyConfigs,
  ListTags: tags.ListTags,
  ListVersionsByFunction: versions.ListVersionsByFunction,
  PublishVersion: versions.PublishVersion,
  PutFunctionConcurrency: settings.PutFunctionConcurrency,
  PutFunctionEventInvokeConfig: settings.PutFunctionEventInvokeConfig,
  PutProvisionedConcurrencyConfig: provisioned.PutProvisionedConcurrencyConfig,
  RemovePermission: permissions.RemovePermission,
  TagResource: tags.TagResource,
  UntagResource: tags.UntagResource,
  UpdateAlias: aliases.UpdateAlias,
  UpdateFunctionCode: functions.UpdateFunctionCode,
  UpdateFunctionConfiguration: functions.UpdateFunctionConfiguration,
};
