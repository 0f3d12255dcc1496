package main

import (
	"context"
	"flag"
	"log"
	"os"
	"path/filepath"
	"time"

	core "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/errors"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/component-helpers/storage/volume"
)

// provisioner is the name that a storage class gives to have its claims served here.
const provisioner = "temporal-platform/local"

// interval is the time between two looks at the claims.
const interval = 500 * time.Millisecond

// volumes serves the claims of one node by directories. They become volumes of kind "local", not "hostPath", because the kubelet gives
// those to a pod's fsGroup as it does with a cloud's disks.
type volumes struct {
	client    kubernetes.Interface
	node      string
	directory string
}

// provideVolumes runs until the process ends.
func provideVolumes(args []string) error {
	flags := flag.NewFlagSet("volumes", flag.ExitOnError)
	kubeconfig := flags.String("kubeconfig", "", "file that says where the API server is and who we are")
	node := flags.String("node", "", "the node that the directories are on")
	directory := flags.String("directory", "", "where the directories are made")
	if err := flags.Parse(args); err != nil {
		return err
	}
	config, err := clientcmd.BuildConfigFromFlags("", *kubeconfig)
	if err != nil {
		return err
	}
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	served := volumes{client, *node, *directory}
	for ; ; time.Sleep(interval) {
		if err := served.serve(context.Background()); err != nil {
			log.Print(err)
		}
	}
}

// serve makes the volumes that claims wait for, and removes those that nobody claims any more.
func (v volumes) serve(ctx context.Context) error {
	cached := meta.ListOptions{ResourceVersion: "0"}
	claims, err := v.client.CoreV1().PersistentVolumeClaims("").List(ctx, cached)
	if err != nil {
		return err
	}
	for _, claim := range claims.Items {
		if !v.waits(claim) {
			continue
		}
		if err := v.make(ctx, claim); err != nil {
			return err
		}
	}
	made, err := v.client.CoreV1().PersistentVolumes().List(ctx, cached)
	if err != nil {
		return err
	}
	for _, one := range made.Items {
		if one.Annotations[volume.AnnDynamicallyProvisioned] != provisioner ||
			one.Status.Phase != core.VolumeReleased ||
			one.Spec.PersistentVolumeReclaimPolicy != core.PersistentVolumeReclaimDelete {
			continue
		}
		if err := v.remove(ctx, one); err != nil {
			return err
		}
	}
	return nil
}

// waits tells whether a claim is ours to serve: unbound, and its pod has been given a node.
func (v volumes) waits(claim core.PersistentVolumeClaim) bool {
	return claim.Annotations[volume.AnnStorageProvisioner] == provisioner &&
		claim.Annotations[volume.AnnSelectedNode] == v.node &&
		claim.Spec.VolumeName == "" &&
		claim.DeletionTimestamp == nil
}

func (v volumes) make(ctx context.Context, claim core.PersistentVolumeClaim) error {
	name := "pvc-" + string(claim.UID)
	class, err := v.client.StorageV1().StorageClasses().Get(ctx, *claim.Spec.StorageClassName, meta.GetOptions{})
	if err != nil {
		return err
	}
	path := filepath.Join(v.directory, name)
	if err := os.MkdirAll(path, 0o755); err != nil {
		return err
	}
	_, err = v.client.CoreV1().PersistentVolumes().Create(ctx, &core.PersistentVolume{
		ObjectMeta: meta.ObjectMeta{
			Name:        name,
			Annotations: map[string]string{volume.AnnDynamicallyProvisioned: provisioner},
		},
		Spec: core.PersistentVolumeSpec{
			Capacity:                      claim.Spec.Resources.Requests,
			AccessModes:                   claim.Spec.AccessModes,
			PersistentVolumeReclaimPolicy: *class.ReclaimPolicy,
			StorageClassName:              class.Name,
			PersistentVolumeSource:        core.PersistentVolumeSource{Local: &core.LocalVolumeSource{Path: path}},
			ClaimRef: &core.ObjectReference{
				APIVersion: "v1",
				Kind:       "PersistentVolumeClaim",
				Namespace:  claim.Namespace,
				Name:       claim.Name,
				UID:        claim.UID,
			},
			NodeAffinity: &core.VolumeNodeAffinity{Required: &core.NodeSelector{
				NodeSelectorTerms: []core.NodeSelectorTerm{{
					MatchExpressions: []core.NodeSelectorRequirement{{
						Key:      core.LabelHostname,
						Operator: core.NodeSelectorOpIn,
						Values:   []string{v.node},
					}},
				}},
			}},
		},
	}, meta.CreateOptions{})
	if errors.IsAlreadyExists(err) {
		return nil
	}
	return err
}

func (v volumes) remove(ctx context.Context, one core.PersistentVolume) error {
	if err := os.RemoveAll(filepath.Join(v.directory, one.Name)); err != nil {
		return err
	}
	err := v.client.CoreV1().PersistentVolumes().Delete(ctx, one.Name, meta.DeleteOptions{})
	if errors.IsNotFound(err) {
		return nil
	}
	return err
}
