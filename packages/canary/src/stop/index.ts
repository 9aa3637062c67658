export { registerStop } from './register-stop.ts';
