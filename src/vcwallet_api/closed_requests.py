"""What the framework leaves out of the description of the API: that a request may have no members but those described."""

# The framework hands this to its plugins, and has no public name for it.
from litestar._openapi.schema_generation import SchemaCreator
from litestar.openapi.spec import Schema
from litestar.plugins import OpenAPISchemaPlugin
from litestar.typing import FieldDefinition
from msgspec import Struct


class ClosedRequests(OpenAPISchemaPlugin):
    """Adds `additionalProperties: false` to structs that forbid unknown fields. All else is described as before."""

    def is_plugin_supported_field(self, field_definition: FieldDefinition) -> bool:
        if field_definition.is_union or not field_definition.is_subclass_of(Struct):
            return False
        return bool(field_definition.annotation.__struct_config__.forbid_unknown_fields)

    def to_openapi_schema(self, field_definition: FieldDefinition, schema_creator: SchemaCreator) -> Schema:
        """The schema of the plugin that would have been asked without this one, and closed."""
        usual = next(
            plugin
            for plugin in schema_creator.plugins
            if plugin is not self and schema_creator.plugin_supports_field(plugin, field_definition)
        )
        schema = usual.to_openapi_schema(field_definition, schema_creator)
        schema.additional_properties = False
        return schema
