/**
 * Configuration of agent groups: what is wrong with it, and what becomes of it on its way to agents.
 */
export { checkConfiguration } from './check-configuration.js';
export { type ConfigurationFinding, findingText } from './configuration-finding.js';
export { type Generation, generations } from './configuration-key.js';
export { exampleConfiguration } from './example-configuration.js';
export { generationOf } from './generation-of.js';
export { type RenderedConfiguration, renderForAgent, type ServerFacts } from './render-for-agent.js';
