/** Lambda's runtime is not the first process of its container; the number never changes, so that logs do not. */
export const PROCESS_ID = 8;
