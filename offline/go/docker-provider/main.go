// Command pulumi-resource-docker is Pulumi's Docker provider, for machines that cannot download the vendor's: the same bridge around the
// same upstream provider, with the names of the npm package @pulumi/docker.
package main

import (
	"runtime"
	"strings"

	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge/tokens"
	shimv2 "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfshim/sdk-v2"
	"github.com/terraform-providers/terraform-provider-docker/internal/provider"
)

// version is that of the npm package; the linker sets it.
var version = "0.0.0"

// token names things as the npm package does: docker_registry_image is docker:index/registryImage:RegistryImage.
func token(module, name string) (string, error) {
	switch name {
	case "Config":
		name = "ServiceConfig"
	case "Image":
		name = "RemoteImage"
	case "getImage":
		name = "getRemoteImage"
	}
	return "docker:index/" + strings.ToLower(name[:1]) + name[1:] + ":" + name, nil
}

func main() {
	engine := "unix:///var/run/docker.sock"
	if runtime.GOOS == "windows" {
		engine = "npipe:////./pipe/docker_engine"
	}
	info := tfbridge.ProviderInfo{
		P:            shimv2.NewProvider(provider.New(version)()),
		Name:         "docker",
		Version:      version,
		MetadataInfo: tfbridge.NewProviderMetadata([]byte("{}")),
		Config: map[string]*tfbridge.SchemaInfo{
			"host": {Default: &tfbridge.DefaultInfo{EnvVars: []string{"DOCKER_HOST"}, Value: engine}},
			// The npm package sends a list of at most one in the singular.
			"registry_auth": {Name: "registryAuth", MaxItemsOne: tfbridge.False()},
		},
		Resources: map[string]*tfbridge.ResourceInfo{
			// The engine allows one container of a name.
			"docker_container": {DeleteBeforeReplace: true},
		},
	}
	info.MustComputeTokens(tokens.SingleModule("docker_", "index", token))
	info.SetAutonaming(255, "-")
	tfbridge.Main("docker", version, info, []byte("{}"))
}
