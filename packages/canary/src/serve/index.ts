/** `canary serve`: the embedded cloud as an endpoint for AWS's own clients. */
export { registerServe } from './register-serve.ts';
