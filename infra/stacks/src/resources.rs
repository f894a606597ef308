//! Resources of the API, as text: the template keeps its comments and its order.

use std::collections::HashMap;
use std::fmt::Write as _;

use satsuma_batch::Route;

use crate::TemplateError;

/// Integration, permissions and routes of each function, in the order of the routes.
pub(crate) fn of(routes: &[Route], functions: &HashMap<String, String>) -> Result<String, TemplateError> {
    let mut names: Vec<&'static str> = Vec::new();
    for route in routes {
        if !names.contains(&route.function) {
            names.push(route.function);
        }
    }
    let mut resources = Vec::new();
    for name in names {
        let id = functions.get(name).ok_or(TemplateError::NoFunction(name))?;
        let own: Vec<&Route> = routes.iter().filter(|route| route.function == name).collect();
        resources.push(integration(id));
        resources.extend(permissions(id, &own));
        resources.extend(own.iter().map(|route| self::route(id, route)));
    }
    Ok(resources.join("\n"))
}

fn integration(function: &str) -> String {
    format!(
        "  {function}Integration:
    Type: AWS::ApiGatewayV2::Integration
    Properties:
      ApiId: !Ref Api
      IntegrationType: AWS_PROXY
      IntegrationUri: !GetAtt {function}.Arn
      PayloadFormatVersion: \"2.0\"
"
    )
}

/// One permission for each method. A function of one method, as most are, has no method in its name.
fn permissions(function: &str, routes: &[&Route]) -> Vec<String> {
    let mut methods: Vec<&str> = routes.iter().map(|route| route.method).collect();
    methods.sort_unstable();
    methods.dedup();
    let named = methods.len() > 1;
    let permission = |method: &&str| {
        let suffix = if named { *method } else { "" };
        format!(
            "  {function}Permission{suffix}:
    Type: AWS::Lambda::Permission
    Properties:
      Action: lambda:InvokeFunction
      FunctionName: !Ref {function}
      Principal: apigateway.amazonaws.com
      SourceArn: !Sub arn:${{AWS::Partition}}:execute-api:${{AWS::Region}}:${{AWS::AccountId}}:${{Api}}/*/{method}/*
"
        )
    };
    methods.iter().map(permission).collect()
}

fn route(function: &str, route: &Route) -> String {
    let mut text = format!(
        "  {function}Route{}:
    Type: AWS::ApiGatewayV2::Route
    Properties:
      ApiId: !Ref Api
      RouteKey: {} {}
",
        suffix(route.path),
        route.method,
        route.path
    );
    let authorization = if route.authorized {
        "AuthorizationType: CUSTOM\n      AuthorizerId: !Ref ApiAuthorizer"
    } else {
        "AuthorizationType: NONE # for everybody"
    };
    let _ =
        writeln!(text, "      {authorization}\n      Target: !Sub integrations/${{{function}Integration}}");
    text
}

/// The parts that distinguish the routes of one function: a final slash, and IBM's short prefix.
fn suffix(path: &str) -> String {
    let slash = if path.ends_with('/') { "Slash" } else { "" };
    let prefix = if path.starts_with("/v1/") { "V1" } else { "" };
    format!("{slash}{prefix}")
}
