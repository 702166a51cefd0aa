import { subInterfaceLab } from '../sub-interfaces.js';

/** The cloud's own sub-interfaces are not to be had outside of it; what an agent sees of them is what it sees of MACVlan. */
export const cceTurbo = subInterfaceLab({
  id: 'cce-turbo',
  title: 'sub-interfaces of the node NIC with MACs of their own, made of MACVlan (like Huawei Cloud CCE Turbo)',
  row: 'cce-turbo',
});
