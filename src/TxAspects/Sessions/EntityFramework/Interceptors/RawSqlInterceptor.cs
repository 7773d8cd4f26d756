using System.Data.Common;
using System.Linq.Expressions;
using System.Reflection;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Query;

namespace TxAspects.Sessions.EntityFramework.Interceptors;

/// <summary>
/// Marks queries that contain SQL text of the application's, or call a function that gives rows. EF Core sends them as its own where more
/// was composed upon them.
/// </summary>
internal sealed class RawSqlInterceptor : IQueryExpressionInterceptor
{
    public static readonly RawSqlInterceptor Instance = new();

    private const string Tag = "With SQL of the application.";

    private static readonly MethodInfo TagWith = typeof(EntityFrameworkQueryableExtensions)
        .GetMethod(nameof(EntityFrameworkQueryableExtensions.TagWith))!;

    /// <summary>Whether a command of EF Core's contains such text. EF Core writes tags as comments in front of it.</summary>
    public static bool IsRaw(DbCommand command)
        => command.CommandText.StartsWith("--", StringComparison.Ordinal) && command.CommandText.Contains(Tag, StringComparison.Ordinal);

    public Expression QueryCompilationStarting(Expression queryExpression, QueryExpressionEventData eventData)
        => new Marking().Visit(queryExpression);

    private sealed class Marking : ExpressionVisitor
    {
        protected override Expression VisitExtension(Expression node)
            => node is QueryRootExpression root && !IsOwn(root)
                ? Expression.Call(TagWith.MakeGenericMethod(root.ElementType), node, Expression.Constant(Tag))
                : base.VisitExtension(node);

        // SQL text, and functions of the database that give rows, have types of their own.
        private static bool IsOwn(QueryRootExpression root)
            => root is InlineQueryRootExpression or ParameterQueryRootExpression || root.GetType() == typeof(EntityQueryRootExpression);
    }
}
