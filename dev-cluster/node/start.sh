#!/bin/sh
# A node's main program, below an init that reaps: runs every program of a one-node Kubernetes cluster. Ends when one of them ends, and the
# engine's restart policy then brings all of them back. Their output is the container's.
#
# In: /etc/kubernetes with the files of dev-cluster/config.ts. Kept in the volume /var: etcd's data, the pods' volumes, images.
set -eu
. /etc/kubernetes/node.env
etc=/etc/kubernetes
trap 'exit 0' TERM INT

# The engine mounts these read-only for a container without --privileged.
for path in /sys /sys/fs/cgroup /sys/fs/cgroup/*; do
  ! mountpoint -q "$path" || mount -o remount,bind,rw "$path"
done
mount --make-rshared /
echo 1 >/proc/sys/net/ipv4/ip_forward

# With cgroup v2, a group that hands out controllers to groups below it may have no processes itself.
if [ -f /sys/fs/cgroup/cgroup.controllers ]; then
  mkdir -p /sys/fs/cgroup/init
  while read -r process; do
    echo "$process" >/sys/fs/cgroup/init/cgroup.procs 2>/dev/null || true
  done </sys/fs/cgroup/cgroup.procs
  sed 's/ / +/g; s/^/+/' /sys/fs/cgroup/cgroup.controllers >/sys/fs/cgroup/cgroup.subtree_control
fi

# What is in /run must not outlive a restart. Debian's packages make this link when they are configured, and a directory when unpacked.
if [ ! -L /var/run ]; then
  rm -rf /var/run
  ln -s /run /var/run
fi

# The engine's own rules for its resolver show which of the two kinds of iptables this kernel is used with.
kind=nft
! xtables-legacy-multi iptables-save -t nat 2>/dev/null | grep -q DOCKER_OUTPUT || kind=legacy
for name in iptables iptables-save iptables-restore ip6tables ip6tables-save ip6tables-restore; do
  ln -sf "xtables-$kind-multi" "/usr/sbin/$name"
done
# Pods reach what is outside the cluster by the node's address.
iptables -t nat -A POSTROUTING -s "$PODS" ! -d "$PODS" -j MASQUERADE
# The address of a pod that is gone leads nowhere, and not out of the cluster.
ip route replace unreachable "$PODS" metric 1000

if [ ! -f $etc/kube-proxy.conf ]; then
  kubernetes kubeadm init phase certs all --config $etc/kubeadm.json
  kubernetes kubeadm init phase kubeconfig all --config $etc/kubeadm.json
  kubernetes kubeadm kubeconfig user --config $etc/kubeadm.json --client-name system:kube-proxy \
    --validity-period 87600h >$etc/kube-proxy.new
  mv $etc/kube-proxy.new $etc/kube-proxy.conf
fi

# Runs a program beside the others; the first that ends says so.
end=/run/ended
rm -f $end
mkfifo $end
program() { { "$@" || true; echo "$1 $2" >$end; } & }

program containerd --config $etc/containerd.toml
program kubernetes etcd --data-dir /var/lib/etcd --unsafe-no-fsync --log-level warn \
  --listen-client-urls http://127.0.0.1:2379 --advertise-client-urls http://127.0.0.1:2379 \
  --listen-peer-urls http://127.0.0.1:2380 --initial-advertise-peer-urls http://127.0.0.1:2380 \
  --initial-cluster default=http://127.0.0.1:2380
program kubernetes kube-apiserver --etcd-servers=http://127.0.0.1:2379 --advertise-address="$ADDRESS" \
  --service-cluster-ip-range="$SERVICES" --allow-privileged \
  --authorization-mode=Node,RBAC --enable-admission-plugins=NodeRestriction \
  --client-ca-file=$etc/pki/ca.crt \
  --tls-cert-file=$etc/pki/apiserver.crt --tls-private-key-file=$etc/pki/apiserver.key \
  --kubelet-client-certificate=$etc/pki/apiserver-kubelet-client.crt \
  --kubelet-client-key=$etc/pki/apiserver-kubelet-client.key --kubelet-preferred-address-types=InternalIP \
  --service-account-issuer=https://kubernetes.default.svc.cluster.local \
  --service-account-key-file=$etc/pki/sa.pub --service-account-signing-key-file=$etc/pki/sa.key \
  --requestheader-client-ca-file=$etc/pki/front-proxy-ca.crt --requestheader-allowed-names=front-proxy-client \
  --requestheader-username-headers=X-Remote-User --requestheader-group-headers=X-Remote-Group \
  --requestheader-extra-headers-prefix=X-Remote-Extra- \
  --proxy-client-cert-file=$etc/pki/front-proxy-client.crt --proxy-client-key-file=$etc/pki/front-proxy-client.key

# Pods cannot reach the engine's resolver, which is on this container's loopback.
program coredns -conf $etc/resolver.corefile -quiet

until ctr version >/dev/null 2>&1; do sleep 0.2; done
for archive in /usr/share/kubernetes/images/*; do
  ctr -n k8s.io images import "$archive"
done
program kubernetes kubelet --config=$etc/kubelet.json --kubeconfig=$etc/kubelet.conf \
  --hostname-override="$NODE" --node-ip="$ADDRESS"

admin="kubernetes kubectl --kubeconfig=$etc/super-admin.conf"
until $admin get --raw /readyz >/dev/null 2>&1; do sleep 0.5; done
program kubernetes kube-controller-manager --kubeconfig=$etc/controller-manager.conf --leader-elect=false \
  --authentication-kubeconfig=$etc/controller-manager.conf --authorization-kubeconfig=$etc/controller-manager.conf \
  --client-ca-file=$etc/pki/ca.crt --requestheader-client-ca-file=$etc/pki/front-proxy-ca.crt \
  --root-ca-file=$etc/pki/ca.crt --service-account-private-key-file=$etc/pki/sa.key --use-service-account-credentials \
  --cluster-signing-cert-file=$etc/pki/ca.crt --cluster-signing-key-file=$etc/pki/ca.key \
  --cluster-cidr="$PODS" --service-cluster-ip-range="$SERVICES"
program kubernetes kube-scheduler --kubeconfig=$etc/scheduler.conf --leader-elect=false \
  --authentication-kubeconfig=$etc/scheduler.conf --authorization-kubeconfig=$etc/scheduler.conf
program kubernetes kube-proxy --config=$etc/kube-proxy.json --hostname-override="$NODE"
program kubernetes volumes --kubeconfig=$etc/super-admin.conf --node="$NODE" --directory=/var/lib/volumes
until $admin apply --server-side --force-conflicts -f $etc/addons.json; do sleep 0.5; done

# A signal's trap does not wait for `wait`.
cat $end >/run/first &
wait $!
echo "$(cat /run/first) ended" >&2
exit 1
