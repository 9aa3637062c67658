/** The only place that touches the machine: sockets, files, packages loaded late. */
export { createHttpServer, type HttpServer, type HttpServerOptions } from './http-server.ts';
export { loadService, prepareWire } from './load-service.ts';
export { packageCode } from './package-code.ts';
export type { ServedApi } from './serve-apis.ts';
export type { ServeClock, Speed } from './serve-clock.ts';
export { StateFolder } from './state-folder.ts';
export { readDuration, readSpeed, type ServedCloud, serveCloud, type ServeOptions } from './serve-cloud.ts';
