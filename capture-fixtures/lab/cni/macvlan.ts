import { subInterfaceLab } from '../sub-interfaces.js';

export const macvlan = subInterfaceLab({
  id: 'macvlan',
  title: 'MACVlan NICs in bridge mode on the node NIC',
  row: 'macvlan',
});
