/** JSON's functions as they were when this was loaded: handler code may replace those that all code of a thread sees. */
export const { parse, stringify } = JSON;
