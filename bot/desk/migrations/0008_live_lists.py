from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('conversations', '0005_seen'),
        ('desk', '0007_mail'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='ticket',
            index=models.Index(condition=models.Q(('state__in', ('open', 'taken'))), fields=['rank', 'created', 'id'], name='ticket_live'),
        ),
        migrations.AddIndex(
            model_name='ticket',
            index=models.Index(condition=models.Q(('state__in', ('open', 'taken'))), fields=['queue', 'rank', 'created', 'id'], name='ticket_live_of_queue'),
        ),
        migrations.AddIndex(
            model_name='ticket',
            index=models.Index(condition=models.Q(('closed__isnull', False)), fields=['queue', 'rank', '-created', '-id'], name='ticket_closed'),
        ),
    ]
