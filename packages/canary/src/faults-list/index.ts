export { registerFaults } from './register-faults.ts';
