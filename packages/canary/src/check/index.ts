/** `canary check`: what a template's gates cannot see, before anything is deployed. */
export {
  type CheckedTemplate,
  type CheckOptions,
  type CheckReport,
  checkTemplates,
  type TemplateSource,
} from './check-templates.ts';
export { registerCheck } from './command.ts';
export type { Finding, Observation, Rule, Severity } from './finding.ts';
export { readTemplates } from './read-templates.ts';
export { checkRulesPage } from './rules-page.ts';
