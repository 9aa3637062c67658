/** The only place that touches the machine: sockets, files, packages loaded late. */
export { createHttpServer, type HttpServer, type HttpServerOptions } from './http-server.ts';
export { loadService, prepareWire } from './load-service.ts';
export { packageCode } from './package-code.ts';
