/** The door for those who look at policies. No operations behind it. */
export { mayAllow } from './evaluate.ts';
export { awsManagedPolicy } from './managed-policies.ts';
export { type PolicyDocument, readPolicy } from './policy-document.ts';
