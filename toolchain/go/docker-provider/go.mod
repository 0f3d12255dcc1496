module github.com/terraform-providers/terraform-provider-docker/bridge

go 1.26.10

require (
	github.com/pulumi/pulumi-terraform-bridge/v3 v3.100.0
	github.com/terraform-providers/terraform-provider-docker v0.0.0-00010101000000-000000000000
)

replace github.com/terraform-providers/terraform-provider-docker => github.com/kreuzwerker/terraform-provider-docker v0.0.0-20260916201441-96d331c98ff4

replace github.com/hashicorp/terraform-plugin-sdk/v2 => github.com/pulumi/terraform-plugin-sdk/v2 v2.0.0-20260318212141-5525259d096b
